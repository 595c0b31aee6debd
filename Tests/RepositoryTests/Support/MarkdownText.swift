import Foundation

/// Links in a Markdown text.
enum MarkdownText {
    /// Targets of inline links to files, without their anchors; links into the web and within the text are left out.
    static func fileLinks(_ text: String) -> [String] {
        prose(text).matches(of: /\]\(([^()\s]+)\)/).compactMap { match in
            let target = match.1
            guard !target.contains("://"), !target.hasPrefix("mailto:"), !target.hasPrefix("#") else { return nil }
            return String(target.prefix { $0 != "#" })
        }
    }

    /// The links of the document at `path` (relative to the root) that lead to nothing.
    static func brokenLinks(_ text: String, at path: String, exists: (String) -> Bool) -> [String] {
        let folder = path.split(separator: "/").dropLast()
        return fileLinks(text).filter { link in
            var parts = Array(folder)
            for part in link.split(separator: "/") {
                switch part {
                case ".": continue
                case "..":
                    if parts.isEmpty { return true }
                    parts.removeLast()
                default: parts.append(part)
                }
            }
            return !exists(parts.joined(separator: "/"))
        }
    }

    /// The text without fenced code and code spans.
    private static func prose(_ text: String) -> String {
        var inFence = false
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).filter { line in
            if line.hasPrefix("```") {
                inFence.toggle()
                return false
            }
            return !inFence
        }
        return lines.joined(separator: "\n").replacing(/`[^`\n]*`/, with: "")
    }
}
