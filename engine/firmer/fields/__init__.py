"""Filter fields: one declaration a field, one file a class of fields."""
