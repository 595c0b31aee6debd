import Machine

/// Backoff policies by name.
enum BackoffForm {
    static var allowed: String { Backoff.forms.map(\.form).joined(separator: ", ") }

    static func list(_ text: String) throws(FormError) -> NameList<Backoff> {
        try NameList(text, allowed: allowed, parse: Backoff.init(name:))
    }
}
