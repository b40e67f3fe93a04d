# Prints hexadecimal text and expected answer, with a tab between them, of the vectors of replies under default limits.
BEGIN {
    for (i = 1; i < 256; i++) code[sprintf("%c", i)] = i
    escaped["r"] = "0d"; escaped["n"] = "0a"; escaped["t"] = "09"; escaped["b"] = "08"; escaped["f"] = "0c"
}
function field(name, pattern) {
    if (!match($0, "\"" name "\":" pattern)) return ""
    return substr($0, RSTART + length(name) + 3, RLENGTH - length(name) - 3)
}
/"limits":/ || /"stream":\[/ || !/"vals":/ { next }
{
    hex = field("hex", "\"[0-9a-f]*\"")
    gsub(/"/, "", hex)
    text = field("stream", "\"([^\"\\\\]|\\\\.)*\"")
    text = substr(text, 2, length(text) - 2)
    for (i = 1; i <= length(text); i++) {
        c = substr(text, i, 1)
        if (c != "\\") { hex = hex sprintf("%02x", code[c]); continue }
        c = substr(text, ++i, 1)
        if (c in escaped) { hex = hex escaped[c]; continue }
        if (c != "u") { hex = hex sprintf("%02x", code[c]); continue }
        digits = tolower(substr(text, i + 1, 4))
        i += 4
        if (digits !~ /^00[0-7]/) next
        hex = hex substr(digits, 3)
    }
    match($0, /"vals":.*"end":"[a-z]*"/)
    print hex "\t{" substr($0, RSTART, RLENGTH) "}"
}
