import Benchmark
import InsertionProbe

// Times are information: nothing compares them. Allocation counts have thresholds, in Benchmarks/Thresholds,
// for everything that must not allocate. Decoding makes an array of fields, so it has none.

let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration = .init(
        metrics: [.wallClock, .throughput, .mallocCountTotal],
        warmupIterations: 3,
        scalingFactor: .kilo,
        maxDuration: .milliseconds(500),
        maxIterations: 10_000
    )

    for completion in InsertionProbe.Completion.allCases {
        for batch in [1, 8, 63, 64] {
            for sync in [false, true] {
                // Nothing of a CMD_SYNC depends on how it would have completed where there is none.
                guard sync || completion == .msi else { continue }
                let suffix = sync ? "sync.\(completion.rawValue)" : "nosync"
                Benchmark("insert.batch\(batch).\(suffix)") { benchmark in
                    var probe = InsertionProbe(batch: batch, sync: sync, completion: completion)
                    blackHole(probe.insert(calls: 100))
                    benchmark.startMeasurement()
                    blackHole(probe.insert(calls: benchmark.scaledIterations.count))
                    benchmark.stopMeasurement()
                }
            }
        }
    }

    let encoding = EncodingProbe()
    Benchmark("encode.\(encoding.count)commands") { benchmark in
        blackHole(encoding.encode(passes: benchmark.scaledIterations.count))
    }
    Benchmark("decode.\(encoding.count)commands") { benchmark in
        blackHole(encoding.decode(passes: benchmark.scaledIterations.count))
    }

    let index = IndexProbe()
    Benchmark("index.step") { benchmark in
        blackHole(index.walk(steps: benchmark.scaledIterations.count))
    }
}
