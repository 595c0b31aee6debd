/// As it stands in an error, on one line: a value that is a page of text must not fill the terminal.
func quoted(_ text: String) -> String {
    let shown = text.prefix(60).unicodeScalars.map { scalar in
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: scalar.escaped(asASCII: true)
        default: String(scalar)
        }
    }.joined()
    return "'\(shown)\(text.count > 60 ? "..." : "")'"
}

/// A key as it stands in an error; without quotes where it looks like a key.
func quotedUnlessPlain(_ key: String) -> String {
    let isPlain = !key.isEmpty && key.count <= 60 && key.unicodeScalars.allSatisfy { (0x21...0x7e).contains($0.value) }
    return isPlain ? key : quoted(key)
}
