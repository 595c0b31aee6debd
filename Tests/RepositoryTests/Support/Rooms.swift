/// The modules of the product and what each may import.
enum Rooms {
    /// From the ground up: a module imports only modules before it.
    static let order = [
        "CAtomicOps", "CFiber", "CStatistics", "SMMUv3", "Machine", "SimulatedMachine", "ExploringMachine", "CommandQueue", "Device", "Workload",
        "Experiment",
        "InsertionProbe",
        "SimulationProbe", "cmdqsim",
    ]

    /// Beyond the order: what a module must not know, although it comes before it or from outside.
    static let unknown: [String: Set<String>] = [
        "Machine": ["CStatistics", "SMMUv3"],
        "SimulatedMachine": ["CAtomicOps", "CFiber", "CStatistics", "SMMUv3"],
        "ExploringMachine": ["CAtomicOps", "CFiber", "CStatistics", "SMMUv3", "SimulatedMachine"],
        "CommandQueue": ["CAtomicOps", "CFiber", "CStatistics", "SimulatedMachine", "ExploringMachine"],
        "Device": ["CAtomicOps", "CFiber", "CStatistics", "SimulatedMachine", "ExploringMachine", "CommandQueue"],
        "Workload": ["CAtomicOps", "CFiber", "CStatistics", "Machine", "SimulatedMachine", "ExploringMachine", "CommandQueue", "Device"],
        "Experiment": ["CAtomicOps", "CFiber", "ArgumentParser", "TextTable"],
        "InsertionProbe": ["CAtomicOps", "CFiber", "CStatistics", "Workload", "Experiment"],
        "SimulationProbe": ["CAtomicOps", "CFiber", "CStatistics", "InsertionProbe"],
        "cmdqsim": ["CAtomicOps", "CFiber", "CStatistics", "InsertionProbe", "SimulationProbe"],
    ]

    /// What is wrong with the imports of a file of the module; empty where nothing is.
    static func problems(importing modules: [String], in room: String) -> [String] {
        guard let position = order.firstIndex(of: room) else { return ["\(room) has no place in the order of modules"] }
        return modules.compactMap { module in
            if let other = order.firstIndex(of: module), other >= position {
                return "\(room) imports \(module), which comes after it"
            }
            return unknown[room]?.contains(module) == true ? "\(room) imports \(module), of which it must know nothing" : nil
        }
    }
}
