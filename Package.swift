// swift-tools-version: 6.2
import PackageDescription

// The order of the targets is the order of the rooms: a target depends only on targets above it.
let package = Package(
    name: "cmdqsim",
    products: [
        .executable(name: "cmdqsim", targets: ["cmdqsim"]),
        // What Benchmarks/ and scripts/count-instructions drive from outside this package.
        .library(name: "InsertionProbe", targets: ["InsertionProbe"]),
        // What scripts/simulation-speed drives.
        .library(name: "SimulationProbe", targets: ["SimulationProbe"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/ordo-one/TextTable", from: "0.0.2"),
    ],
    targets: [
        .systemLibrary(
            name: "CAtomicOps",
            pkgConfig: "atomic_ops",
            providers: [.apt(["libatomic-ops-dev"])]
        ),
        // Boost.Context, through its public C++ interface.
        .target(name: "CFiber", linkerSettings: [.linkedLibrary("boost_context")]),
        // Boost.Math's distributions, through its public C++ interface.
        .target(name: "CStatistics"),
        .target(name: "SMMUv3"),
        .target(name: "Machine", dependencies: ["CAtomicOps", "CFiber"]),
        .target(
            name: "SimulatedMachine",
            dependencies: ["Machine", .product(name: "Yams", package: "Yams")],
            resources: [
                .embedInCode("Model/Presets/grace.yaml"),
                .embedInCode("Model/Presets/kunpeng920.yaml"),
                .embedInCode("Model/Presets/morello.yaml"),
                .embedInCode("Model/Presets/neoverse-n1.yaml"),
            ]
        ),
        .target(name: "ExploringMachine", dependencies: ["Machine"]),
        .target(name: "CommandQueue", dependencies: ["SMMUv3", "Machine"]),
        .target(name: "Device", dependencies: ["SMMUv3", "Machine"]),
        .target(
            name: "Workload",
            dependencies: ["SMMUv3"],
            resources: [.copy("Samples")]
        ),
        .target(
            name: "Experiment",
            dependencies: [
                "CStatistics", "SMMUv3", "Machine", "SimulatedMachine", "ExploringMachine", "CommandQueue", "Device", "Workload",
                .product(name: "Histogram", package: "hdrhistogram-swift"),
            ],
            resources: [
                .embedInCode("Validation/Published/published-points.csv"),
                .embedInCode("Validation/Published/reference-values.csv"),
            ]
        ),
        .target(
            name: "InsertionProbe",
            dependencies: ["SMMUv3", "Machine", "CommandQueue", "Device"]
        ),
        .target(name: "SimulationProbe", dependencies: ["SimulatedMachine", "Experiment"]),
        .executableTarget(
            name: "cmdqsim",
            dependencies: [
                "SMMUv3", "Machine", "SimulatedMachine", "ExploringMachine", "CommandQueue", "Workload", "Experiment",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "TextTable", package: "TextTable"),
            ]
        ),
        // What several test targets share.
        .target(name: "TestSupport", path: "Tests/TestSupport"),
        .testTarget(name: "SMMUv3Tests", dependencies: ["SMMUv3", "TestSupport"], resources: [.copy("Fixtures")]),
        .testTarget(name: "RepositoryTests"),
        .testTarget(name: "MachineTests", dependencies: ["Machine", "TestSupport"]),
        .testTarget(name: "SimulatedMachineTests", dependencies: ["SimulatedMachine", "TestSupport"]),
        .testTarget(
            name: "ExploringMachineTests", dependencies: ["Machine", "ExploringMachine", "TestSupport"],
            resources: [.copy("Fixtures")]),
        .testTarget(name: "CommandQueueTests", dependencies: ["SMMUv3", "Machine", "CommandQueue", "Device", "TestSupport"]),
        .testTarget(name: "DeviceTests", dependencies: ["SMMUv3", "Machine", "Device", "TestSupport"]),
        .testTarget(name: "WorkloadTests", dependencies: ["SMMUv3", "Workload"], exclude: ["Fixtures"]),
        .testTarget(
            name: "ExperimentTests",
            dependencies: [
                "CStatistics", "SMMUv3", "Machine", "SimulatedMachine", "ExploringMachine", "CommandQueue", "Device", "Workload", "Experiment", "TestSupport",
            ],
            exclude: ["Fixtures"]),
        .testTarget(
            name: "cmdqsimTests",
            dependencies: [
                "cmdqsim", "SMMUv3", "Machine", "SimulatedMachine", "ExploringMachine", "Workload", "Experiment", "TestSupport",
                .product(name: "Histogram", package: "hdrhistogram-swift"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            exclude: ["Fixtures"]),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
