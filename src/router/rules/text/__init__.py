"""Rule files as text: YAML with places in, one style out."""
