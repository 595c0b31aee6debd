// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that users of cmdqsim do not fetch what only benchmarks need.
let package = Package(
    name: "cmdqsim-benchmarks",
    dependencies: [
        // Named, because a path dependency is otherwise called after the folder of the checkout.
        .package(name: "cmdqsim", path: ".."),
        .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
    ],
    targets: [
        .executableTarget(
            name: "QueueBenchmarks",
            dependencies: [
                .product(name: "InsertionProbe", package: "cmdqsim"),
                .product(name: "Benchmark", package: "benchmark"),
            ],
            path: "Benchmarks/QueueBenchmarks",
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]
        ),
        // What scripts/count-instructions runs under callgrind.
        .executableTarget(
            name: "insertion-count",
            dependencies: [.product(name: "InsertionProbe", package: "cmdqsim")]
        ),
        // What scripts/simulation-speed runs.
        .executableTarget(
            name: "simulation-speed",
            dependencies: [.product(name: "SimulationProbe", package: "cmdqsim")]
        ),
    ],
    swiftLanguageModes: [.v6]
)
