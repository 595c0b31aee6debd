@testable import cmdqsim
import TestSupport
import Testing

@Suite struct IntegerListTests {
    @Test(arguments: [
        ("1", [1]), ("1,2,4..7", [1, 2, 4, 5, 6, 7]), ("4..4", [4]), ("1..10+3", [1, 4, 7, 10]),
        ("1..64*2", [1, 2, 4, 8, 16, 32, 64]), ("3..20*3", [3, 9]), ("2,1,2,1..3", [2, 1, 3]),
        ("1k,2Ki", [1000, 2048]), ("1k..3k+1k", [1000, 2000, 3000]), ("0..2", [0, 1, 2]),
    ])
    func expands(text: String, values: [Int]) throws {
        #expect(try IntegerList(text, allowed: 0...1_000_000).values == values)
    }

    @Test(arguments: [
        "", ",", "1,,2", "1,", "a", "1..", "..4", "4..1", "1..2..3", "1...3", "-1", "1..8*1", "0..8*2", "1..8+0", "1..8+",
        "1..8-2", "1001", "1..1001", " 1", "1 2", "1..8*", "+1", "1e3", "0x10", "9223372036854775808", "٣",
    ])
    func refuses(text: String) {
        #expect(throws: FormError.self) { try IntegerList(text, allowed: 0...1000) }
    }

    @Test func saysWhatIsAllowed() {
        #expect(throws: FormError("0 is out of range; allowed is 1 to 1024")) {
            try IntegerList("0", allowed: 1...1024)
        }
        #expect(throws: FormError("the range 4..1 runs backwards; allowed is 1..4")) {
            try IntegerList("4..1", allowed: 1...1024)
        }
    }

    @Test func refusesMoreValuesThanAnySweepTakes() throws {
        #expect(try IntegerList("1..10000", allowed: 0...Int.max).values.count == IntegerList.limit)
        for text in ["1..10001", "0..9223372036854775807", "1..6000,10001..16000"] {
            #expect(throws: FormError.self) { try IntegerList(text, allowed: 0...Int.max) }
        }
    }

    @Test func stepsUpToTheLargestNumber() throws {
        let all = try IntegerList("1..9223372036854775807*2", allowed: 0...Int.max).values
        #expect(all.count == 63 && all.last == 1 << 62)
    }

    /// Random lists against the plain meaning of their items.
    @Test(arguments: [UInt64](1...50))
    func agreesWithThePlainMeaning(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        var texts: [String] = []
        var expected: [Int] = []
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            let first = Int.random(in: 1...40, using: &random)
            let last = first + Int.random(in: 0...40, using: &random)
            let amount = Int.random(in: 2...5, using: &random)
            switch Int.random(in: 0...3, using: &random) {
            case 0:
                texts.append("\(first)")
                expected.append(first)
            case 1:
                texts.append("\(first)..\(last)")
                expected += Array(first...last)
            case 2:
                texts.append("\(first)..\(last)+\(amount)")
                expected += Array(stride(from: first, through: last, by: amount))
            default:
                texts.append("\(first)..\(last)*\(amount)")
                expected += (0...10).map { (0..<$0).reduce(first) { value, _ in value * amount } }.filter { $0 <= last }
            }
        }
        var unique: [Int] = []
        for value in expected where !unique.contains(value) { unique.append(value) }
        #expect(try IntegerList(texts.joined(separator: ","), allowed: 1...100).values == unique, "seed \(seed)")
    }
}
