"""One module a verb: a function from what was asked to what is reported."""
