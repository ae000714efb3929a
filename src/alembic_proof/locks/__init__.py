"""What a revision's statements keep others from, by what the server was seen to do: facts in, facts out."""
