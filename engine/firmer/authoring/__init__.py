"""What rule authors work with: scenarios, tests of rules, explanations."""
