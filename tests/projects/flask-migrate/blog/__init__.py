import os

from flask import Flask

from blog.extensions import db, migrate


def create_app(config=None):
    app = Flask(__name__)
    app.config["SQLALCHEMY_DATABASE_URI"] = os.environ.get(
        "DATABASE_URL", "postgresql+psycopg2://blog@db.example.invalid/blog"
    )
    app.config.update(config or {})

    db.init_app(app)
    migrate.init_app(app, db)

    from blog.posts import posts

    app.register_blueprint(posts)
    return app
