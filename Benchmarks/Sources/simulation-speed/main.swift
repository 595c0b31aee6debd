import Foundation
import SimulationProbe

// One measurement of scripts/simulation-speed: simulated memory operations, events of the engine's bare queue, or reads of the host's memory.

let usage = "usage: simulation-speed simulate shared|own PROCESSORS VIRTUAL-MILLISECONDS | simulation-speed heap PENDING EVENTS | simulation-speed chase KIB STEPS"

func fail(_ message: String, status: Int32 = 64) -> Never {
    FileHandle.standardError.write(Data("simulation-speed: \(message)\(status == 64 ? "\n" + usage : "")\n".utf8))
    exit(status)
}

func number(_ position: Int, _ name: String, in range: ClosedRange<Int>) -> Int {
    let text = CommandLine.arguments[position]
    guard let value = Int(text), range.contains(value) else {
        fail("\(name) is '\(text)'; \(range.lowerBound) to \(range.upperBound) is allowed")
    }
    return value
}

/// KiB that were in memory at once, at the most.
func residentPeak() -> Int {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
        let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM:") }),
        let peak = line.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
    else { fail("/proc/self/status says nothing of memory", status: 1) }
    return peak
}

guard CommandLine.arguments.count >= 2, CommandLine.arguments.count == (CommandLine.arguments[1] == "simulate" ? 5 : 4) else {
    fail("\(CommandLine.arguments.count - 1) arguments")
}
switch CommandLine.arguments[1] {
case "simulate":
    guard let queues = SimulationProbe.Queues(rawValue: CommandLine.arguments[2]) else {
        fail("the queues are '\(CommandLine.arguments[2])'; shared or own is allowed")
    }
    let processors = number(3, "PROCESSORS", in: 1...SimulationProbe.cores)
    let milliseconds = number(4, "VIRTUAL-MILLISECONDS", in: 1...10_000)
    do {
        let work = try SimulationProbe.simulate(processors: processors, queues: queues, virtualSeconds: Double(milliseconds) / 1000)
        print("memory-operations=\(work.count) events=\(work.events) host-seconds=\(work.seconds) peak-kib=\(residentPeak())")
    } catch {
        fail("\(error)", status: 1)
    }
case "heap":
    let work = SimulationProbe.hold(
        pending: number(2, "PENDING", in: 1...1_000_000), count: number(3, "EVENTS", in: 1...1_000_000_000))
    // The last event's time is printed, so that no part of the work can be left out.
    print("events=\(work.count) host-seconds=\(work.seconds) last-event-ps=\(work.trace)")
case "chase":
    let work = SimulationProbe.chase(kibibytes: number(2, "KIB", in: 1...1_000_000), steps: number(3, "STEPS", in: 1...1_000_000_000))
    print("reads=\(work.count) host-seconds=\(work.seconds) last-place=\(work.trace)")
default: fail("'\(CommandLine.arguments[1])' is unknown; simulate, heap or chase is allowed")
}
