# Sourced: which files the checks look at.

# Prints the repository's files that match the patterns: tracked ones and new ones that git does not ignore.
files() { git ls-files --cached --others --exclude-standard -- "$@" | while read -r f; do [ ! -f "$f" ] || echo "$f"; done; }
