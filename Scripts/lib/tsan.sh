# Sourced: what thread-sanitizer builds link, so that the sanitizer understands Swift's libraries.

# tsan_runtime FOLDER: makes it there, and appends the options for it to the array options.
tsan_runtime() {
    [ "$(uname)" = Linux ] || return 0
    clang -O1 -c Scripts/lib/tsan-runtime.c -o "$1/tsan-runtime.o"
    options+=(-Xlinker "$PWD/$1/tsan-runtime.o")
    # One case is left that tsan-runtime.c can't tell: a continuation that is resumed between the look at it there and the
    # runtime's own. What the language's resume(returning:) has read of it, and nothing else, is then reported.
    echo "race_top:sScc6resume" >"$1/suppressions"
    export TSAN_OPTIONS="suppressions=$PWD/$1/suppressions"
}
