@testable import SimulatedMachine
import TestSupport
import Testing

/// Files that something has damaged: read or refused by one line, never a trap.
@Suite struct DamagedMachineFileTests {
    @Test(arguments: seeds)
    func endInOneLine(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let texts = MachinePreset.allCases.map { Array($0.yaml.unicodeScalars) }
        var refused = 0
        for round in 0..<1000 {
            var scalars = texts.randomElement(using: &random)!
            for _ in 0..<Int.random(in: 1...4, using: &random) { Self.damage(&scalars, using: &random) }
            var text = String.UnicodeScalarView()
            text.append(contentsOf: scalars)
            guard let error = MachineText.error(String(text)) else { continue }
            refused += 1
            let parts = error.message.split(separator: ":", maxSplits: 2)
            let line = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
            #expect(
                error.kind == .data && parts.first == "m.yaml" && (1...scalars.count + 1).contains(line) && !error.message.contains("\n"),
                "seed \(seed), round \(round): \(error.message)")
        }
        // Damage in a comment or a source does no harm.
        #expect((500..<1000).contains(refused), "seed \(seed): \(refused)")
    }

    private static let pieces: [[Unicode.Scalar]] = [
        "-", "0", "9", "99999999999999999999", " ns", " us", ".", "e9", "value", "{", "}", "[", "]", ":", ": ", ",", "\n", "\n\n  ", "  ", "\t", "\"", "'", "#", "&a ", "*a", "!!int ", "? ",
        "- ", "|", ">", "%", "@", "---\n", "...\n", "\u{0}", "\u{7f}", "\u{feff}", "\u{2028}", "\u{85}", "\r", "é", "🙂", "\\u0000", "\\", "true", "null", "~", "<<: ",
    ].map { Array($0.unicodeScalars) }

    private static func damage(_ scalars: inout [Unicode.Scalar], using random: inout SeededGenerator) {
        guard !scalars.isEmpty else { return }
        let place = Int.random(in: 0..<scalars.count, using: &random)
        let length = Int.random(in: 1...40, using: &random)
        let end = min(scalars.count, place + length)
        switch Int.random(in: 0..<6, using: &random) {
        case 0: scalars.removeSubrange(place..<end)
        case 1: scalars.insert(contentsOf: pieces.randomElement(using: &random)!, at: place)
        case 2: scalars.replaceSubrange(place..<end, with: pieces.randomElement(using: &random)!)
        case 3: scalars.insert(contentsOf: Array(scalars[place..<end]), at: Int.random(in: 0...scalars.count, using: &random))
        case 4: scalars.removeSubrange(place...)
        default:
            // A value, so that the damage meets the fields and not only the syntax.
            let marker = Array("value: ".unicodeScalars)
            guard let found = (place..<scalars.count).first(where: { scalars[$0...].starts(with: marker) }) else { return }
            scalars.insert(contentsOf: pieces.randomElement(using: &random)!, at: found + marker.count)
        }
    }
}
