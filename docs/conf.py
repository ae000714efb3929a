"""The documentation as a site: `scripts/site` builds it into `.cache/site`."""

project = "alembic-proof"
author = "the alembic-proof authors"
copyright = author  # noqa: A001 - Sphinx's name
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["README.md"]
html_theme = "furo"
html_title = "alembic-proof"
html_show_sphinx = False
html_copy_source = False
pygments_style = "friendly"
pygments_dark_style = "monokai"
myst_heading_anchors = 3
myst_enable_extensions = ["colon_fence"]
# What GitHub draws by itself is shown as it is written.
suppress_warnings = ["misc.highlighting_failure"]
nitpicky = True
