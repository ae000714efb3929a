"""What may stay as it is: findings that a comment or the baseline speaks for, matched and never judged."""
