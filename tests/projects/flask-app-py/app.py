from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///polls.db"
app.config["SQLALCHEMY_TRACK_MODIFICATIONS"] = False

db = SQLAlchemy(app)
migrate = Migrate(app, db, render_as_batch=True)


class Poll(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    question = db.Column(db.String(200), nullable=False)
    closed = db.Column(db.Boolean, nullable=False, server_default=db.text("0"))


class Choice(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    poll_id = db.Column(db.ForeignKey("poll.id"), nullable=False)
    label = db.Column(db.String(100), nullable=False)
    votes = db.Column(db.Integer, nullable=False, default=0)


@app.get("/")
def questions():
    return {"questions": [poll.question for poll in Poll.query.filter_by(closed=False)]}
