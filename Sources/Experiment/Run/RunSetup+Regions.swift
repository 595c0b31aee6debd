import SimulatedMachine

extension RunSetup {
    /// The parts of memory whose lines are told apart.
    var regions: [SimulatedMachine.Region] {
        queues.prefix(1).flatMap { queue in
            let placement = queue.placement
            func line(_ name: String, _ offset: Int) -> SimulatedMachine.Region {
                .init(name: name, bytes: offset..<(offset + 1))
            }
            return [
                line("llq", placement.pointers.offset), line("owner_prod+lock", placement.lock.offset),
                .init(name: "valid map", bytes: placement.validMap.offset..<(placement.validMap.offset + Int(placement.geometry.entries) / 8)),
                .init(name: "slots", bytes: placement.slots.offset..<(placement.slots.offset + Int(placement.geometry.entries) * 16)),
            ]
        }
    }
}
