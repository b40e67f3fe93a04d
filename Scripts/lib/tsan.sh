# Sourced: what thread-sanitizer builds link, so that the sanitizer understands Swift's libraries.

# tsan_runtime FOLDER: makes it there, and appends the options for it to the array options.
tsan_runtime() {
    [ "$(uname)" = Linux ] || return 0
    clang -O1 -c Scripts/lib/tsan-runtime.c -o "$1/tsan-runtime.o"
    options+=(-Xlinker "$PWD/$1/tsan-runtime.o")
}
