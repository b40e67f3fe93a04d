# Prints public declarations without a doc comment. Line by line: the formatter has laid the files out one way.

# Takes comments and the contents of one-line strings out of a line, so that braces can be counted.
function code(text) {
    gsub(/\\\\|\\"/, "", text)
    gsub(/"[^"]*"/, "\"\"", text)
    sub(/\/\/.*/, "", text)
    return text
}
function count(text, pattern) { return gsub(pattern, "", text) }

FNR == 1 { depth = 0; in_text = 0; open_attribute = 0; documented = 0; in_comment = 0; body = ""; split("", members_public) }

in_text { if (/"""/) in_text = 0; next }
/"""/ { if (count($0, "\"\"\"") == 1) in_text = 1 }
in_comment { if (/\*\//) in_comment = 0; next }
/^[ \t]*\/\*/ { if (!/\*\//) in_comment = 1; next }
/^[ \t]*\/\/\// { documented = 1; next }
/^[ \t]*(\/\/|#)/ { next }

{
    line = code($0)
    # An attribute may span lines; a doc comment above it belongs to what follows.
    if (open_attribute > 0) {
        open_attribute += count(line, "\\(") - count(line, "\\)")
        if (open_attribute > 0 || line ~ /\)[ \t]*$/) next
    }
    rest = line
    while (match(rest, /^[ \t]*@[A-Za-z_]+(\([^()]*(\([^()]*\)[^()]*)*\))?/)) rest = substr(rest, RLENGTH + 1)
    if (rest ~ /^[ \t]*\(/) { open_attribute = count(rest, "\\(") - count(rest, "\\)"); next }
    if (rest ~ /^[ \t]*$/) { if (line ~ /^[ \t]*$/) documented = 0; next }

    declares = rest ~ /(^|[ \t])(struct|class|enum|actor|protocol|typealias|associatedtype|func|var|let|init|subscript|case|operator|macro)([^A-Za-z0-9_]|$)/
    modifiers = rest
    sub(/(^|[ \t])(struct|class|enum|actor|protocol|typealias|associatedtype|func|var|let|init|subscript|case|import|extension)([^A-Za-z0-9_].*|$)/, "", modifiers)
    is_public = modifiers ~ /(^|[ \t])(public|open)([ \t]|$)/
    if (is_public && rest ~ /[ \t]extension[ \t]/) print FILENAME ":" FNR ": access levels stand on members:" $0
    is_member = members_public[depth] == "protocol" && declares || members_public[depth] == "enum" && rest ~ /^[ \t]*(indirect +)?case[ \t]/
    if ((is_public && declares || is_member) && !documented) print FILENAME ":" FNR ":" $0
    documented = 0

    # The brace that opens a public protocol's or enum's body may stand a few lines below its name.
    if (is_public && match(rest, /(^|[ \t])(protocol|enum)[ \t]/)) body = rest ~ /(^|[ \t])enum[ \t]/ ? "enum" : "protocol"
    before = depth
    depth += count(line, "{") - count(line, "}")
    if (depth > before) members_public[depth] = body
    if (line ~ /[{}]/) body = ""
}
