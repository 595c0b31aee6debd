import Foundation
import InsertionProbe

// Inserts a number of times and prints the software prod afterwards. scripts/count-instructions counts
// instructions over two such runs.

let usage = "usage: insertion-count BATCH SYNC CALLS [msi|cons] [none|allocation|witness]"

func fail(_ message: String) -> Never {
    FileHandle.standardError.write(Data("insertion-count: \(message)\n\(usage)\n".utf8))
    exit(64)
}

func number(_ position: Int, _ name: String, in range: ClosedRange<Int>) -> Int {
    let text = CommandLine.arguments[position]
    guard let value = Int(text), range.contains(value) else {
        fail("\(name) is '\(text)'; \(range.lowerBound) to \(range.upperBound) is allowed")
    }
    return value
}

let count = CommandLine.arguments.count
guard (4...6).contains(count) else { fail("\(count - 1) arguments") }
let batch = number(1, "BATCH", in: 0...64)
let sync = number(2, "SYNC", in: 0...1) == 1
let calls = number(3, "CALLS", in: 1...100_000_000)
let completionName = count > 4 ? CommandLine.arguments[4] : "msi"
guard let completion = InsertionProbe.Completion(rawValue: completionName) else {
    fail("completion is '\(completionName)'; msi or cons is allowed")
}
guard batch > 0 || sync else { fail("BATCH 0 needs SYNC 1") }
let seed = count > 5 ? CommandLine.arguments[5] : "none"

var probe = InsertionProbe(batch: batch, sync: sync, completion: completion)
switch seed {
case "none": print(probe.insert(calls: calls))
case "allocation":
    var work: any SeededWork = AllocatingWork()
    print(probe.insert(calls: calls, seeding: &work))
case "witness":
    var work: any SeededWork = CountingWork()
    print(probe.insert(calls: calls, seeding: &work))
default: fail("the seeded cost is '\(seed)'; none, allocation or witness is allowed")
}
