extension LitmusTest {
    /// The queue algorithm's own hand-shakes, each as it is and with its ordering taken away. Mixed-size where the algorithm is.
    ///
    /// Locations: 0 a slot, 1 the valid map, 2 PROD or CONS, 3 the owner's turn or the lock, 4 prod and cons.
    static let queueTests: [LitmusTest] = [
        publish(name: "queue-publish", barrier: [.storeFence], names: true),
        publish(name: "queue-publish-no-wmb", barrier: [], names: true),
        publish(name: "queue-publish-no-ctrl", barrier: [.storeFence], names: false),
        // The flag is cleared in one half of the word that another producer exchanges as a whole: neither may be lost.
        LitmusTest(
            name: "queue-gather",
            threads: [[.add(4, 1 << 31, part: .low)], [.add(4, 1)], [.load(4)]],
            outcome: [.reads(thread: 0, load: 0, 0), .reads(thread: 1, load: 0, 0)]),
        // A half written, then the whole read: the other half must not go back.
        LitmusTest(
            name: "queue-cons-half",
            threads: [[.store(4, 1, part: .high), .load(4)], [.add(4, 1)]],
            outcome: [.reads(thread: 0, load: 0, 0)]),
        handOver(name: "queue-hand-over", release: true),
        handOver(name: "queue-hand-over-relaxed", release: false),
        unlock(name: "queue-unlock", release: true),
        unlock(name: "queue-unlock-relaxed", release: false),
        // The MSI is written behind CONS: who sees it must find CONS advanced if it reads in order.
        LitmusTest(
            name: "queue-msi-wait",
            threads: [[.store(2, 1), .store(0, 1, part: .low, release: true)], [.load(0, part: .low), .loadFence, .load(2)]],
            outcome: [.reads(thread: 1, load: 0, 1), .reads(thread: 1, load: 1, 0)]),
        LitmusTest(
            name: "queue-msi-wait-po",
            threads: [[.store(2, 1), .store(0, 1, part: .low, release: true)], [.load(0, part: .low), .load(2)]],
            outcome: [.reads(thread: 1, load: 0, 1), .reads(thread: 1, load: 1, 0)]),
        consWait(name: "queue-cons-wait", reads: [.loadFence]),
        consWait(name: "queue-cons-wait-relaxed", reads: []),
        unmap(name: "queue-unmap", barrier: [.fullFence]),
        unmap(name: "queue-unmap-no-mb", barrier: []),
    ]

    /// A producer writes a slot and marks it valid, the owner sees that and rings, the device reads the slot.
    private static func publish(name: String, barrier: [Step], names: Bool) -> LitmusTest {
        LitmusTest(
            name: name,
            threads: [
                [.store(0, 1)] + barrier + [.add(1, 1)],
                [.load(1)] + (names ? [.branch] : []) + [.store(2, 1)],
                [.load(2, acquire: true), .load(0)],
            ],
            outcome: [.reads(thread: 1, load: 0, 1), .reads(thread: 2, load: 0, 1), .reads(thread: 2, load: 1, 0)])
    }

    /// An owner rings and hands the turn over; the next one rings after it.
    private static func handOver(name: String, release: Bool) -> LitmusTest {
        LitmusTest(
            name: name,
            threads: [[.store(2, 1), .store(3, 1, release: release)], [.load(3), .branch, .store(2, 2)]],
            outcome: [.reads(thread: 1, load: 0, 1), .ends(location: 2, 1)])
    }

    /// A shared holder stores cons and gives the lock up; one that then has it exclusively stores a newer cons, which must stay. The
    /// word is also read as a whole: cons is a half of it. Explorations leave the relaxed one out, see docs/exploring-machine.md.
    private static func unlock(name: String, release: Bool) -> LitmusTest {
        LitmusTest(
            name: name,
            threads: [[.store(4, 1, part: .high), .store(3, 1, release: release)], [.load(3), .branch, .store(4, 2, part: .high)], [.load(4)]],
            outcome: [.reads(thread: 1, load: 0, 1), .ends(location: 4, 1 << 32)])
    }

    /// A page is unmapped and its invalidation waited for, then the count of devices with a cache of their own is looked at; who attaches
    /// such a device counts it before its cache is enabled. If the device has the old page, it must be counted.
    ///
    /// Locations: 0 the page (0: mapped), 1 PROD, 2 the MSI, 3 the count, 4 the enabling register.
    private static func unmap(name: String, barrier: [Step]) -> LitmusTest {
        LitmusTest(
            name: name,
            threads: [
                [.store(0, 1), .storeFence, .store(1, 1), .load(2)] + barrier + [.load(3)],
                [.load(1, acquire: true), .store(2, 1, release: true)],
                [.add(3, 1), .storeFence, .store(4, 1)],
                [.load(4, acquire: true), .load(0)],
            ],
            outcome: [
                .reads(thread: 1, load: 0, 1), .reads(thread: 0, load: 0, 1), .reads(thread: 0, load: 1, 0),
                .reads(thread: 3, load: 0, 1), .reads(thread: 3, load: 1, 0),
            ])
    }

    /// A waiter has counted itself in the lock before its slot is published; who sees CONS pass both must see the count.
    private static func consWait(name: String, reads: [Step]) -> LitmusTest {
        LitmusTest(
            name: name,
            threads: [
                [.add(3, 1, part: .low), .storeFence, .add(1, 1)],
                [.load(1), .branch, .store(2, 1)],
                [.load(2)] + reads + [.load(3, part: .low)],
            ],
            outcome: [.reads(thread: 1, load: 0, 1), .reads(thread: 2, load: 0, 1), .reads(thread: 2, load: 1, 0)])
    }
}
