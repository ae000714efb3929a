"""The probe: a program that runs in the project's interpreter, and the client that starts it and listens."""
