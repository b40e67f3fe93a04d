# Prints the Swift listings of articles (.md) that don't stand in the sources given before them; indentation doesn't matter.
# A comment right before a listing says why it is none of these: `<!-- example: … -->` is compiled elsewhere, a manifest is no source.
{ line = $0; sub(/^[ \t]+/, "", line) }
FILENAME !~ /\.md$/ { sources = sources "\n" line; next }
/^<!-- (example:|of a manifest)/ { isElsewhere = 1; next }
/^```swift/ && isElsewhere { isElsewhere = 0; next }
/^```swift/ { isInside = 1; listing = ""; start = FNR; next }
/^```/ && isInside {
    isInside = 0
    listings++
    if (index(sources "\n", listing "\n") == 0) print FILENAME ":" start ": this listing is not compiled anywhere in Examples"
    next
}
isInside { listing = listing "\n" line }
END { if (listings == 0) print "no listing was found" }
