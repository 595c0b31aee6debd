import Foundation
import Machine
import Testing

@Suite("Backoff policies by name")
struct BackoffTests {
    @Test("a policy's name means that policy", arguments: [
        Backoff.spin, .linux, .yield(looks: 1), .yield(looks: 50), .yield(looks: 1_000_000), .standard,
    ])
    func roundTrip(backoff: Backoff) throws {
        #expect(Backoff(name: backoff.description) == backoff)
        let encoded = try JSONEncoder().encode([backoff])
        #expect(String(decoding: encoded, as: UTF8.self) == "[\"\(backoff.description)\"]")
        #expect(try JSONDecoder().decode([Backoff].self, from: encoded) == [backoff])
    }

    @Test("anything else is refused", arguments: [
        "", "Spin", "spin:", "spin:1", "linux:2", "yield", "yield:", "yield:0", "yield:1000001", "yield:-1", "yield:1:2", "yield: 5",
        "yield:0x10", "yield:4294967296", ":", "sleep:3",
    ])
    func refusals(name: String) {
        #expect(Backoff(name: name) == nil)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([Backoff].self, from: JSONEncoder().encode([name]))
        }
    }

    @Test("each listed form, with a number for N, is a policy")
    func forms() {
        for (form, meaning) in Backoff.forms {
            #expect(Backoff(name: form.replacingOccurrences(of: "N", with: "7")) != nil, "\(form)")
            #expect(!meaning.isEmpty)
        }
    }
}
