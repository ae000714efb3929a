from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table, Text

metadata = MetaData()

recipes = Table(
    "recipes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("title", String(120), nullable=False),
    Column("servings", Integer, nullable=False, server_default="2"),
    Column("method", Text, nullable=False),
)

ingredients = Table(
    "ingredients",
    metadata,
    Column("recipe_id", ForeignKey("recipes.id"), primary_key=True),
    Column("name", String(60), primary_key=True),
    Column("amount", String(30), nullable=False),
)
