/// Where the value of a constant comes from.
package struct Provenance: Equatable, Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        /// Published, or derived from what is published; the source says how.
        case sourced
        /// Chosen so that predictions meet published measurements of the whole.
        case fitted
        /// Neither: a guess, or the value of another machine.
        case estimated
    }

    package var kind: Kind
    /// Empty only where the value is fitted or estimated.
    package var source: String

    package init(_ kind: Kind, source: String) {
        self.kind = kind
        self.source = source
    }
}
