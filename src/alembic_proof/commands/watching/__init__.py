"""`watch`: every open pull request, judged by what merging it now would make of the history."""
