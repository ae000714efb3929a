from flask import Blueprint, jsonify

from blog.extensions import db
from blog.models import Post

posts = Blueprint("posts", __name__)


@posts.get("/")
def titles():
    return jsonify([post.title for post in db.session.scalars(db.select(Post))])
