// SPDX-License-Identifier: Apache-2.0
// Part of the Valkey Toolkit for Swift.

// The code of the codec's articles, compiled and run: every Swift listing in RESPCodec.docc stands in this folder, or in
// one of the other examples, word by word (Scripts/check-docc).

internal import RESPCodec

@main
enum CodecSnippets {
    static func main() throws {
        try quickStart()
        try decodeFrames()
        try decodeTypes()
        try tellRepliesFromPushes()
        try readAttributes()
        try streamPayloads()
        try measureFrames()
        try answerCommands()
        try keepSlices()
        try borrowFrames()
        try jumpAround()
        try readInPlace()
        try sendSegments()
        try refuseWhatIsTooLarge()
        print("all snippets ran")
    }
}

/// Ends the program if a snippet doesn't do what its article says.
func expect(_ isTrue: Bool, _ line: Int = #line, _ file: String = #fileID) {
    guard !isTrue else { return }
    fatalError("\(file):\(line): not as the article says")
}

/// Bytes as they could have been received.
func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
