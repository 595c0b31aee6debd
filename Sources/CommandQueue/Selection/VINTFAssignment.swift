/// Which VINTF a producer belongs to, and which CPU of that VINTF it is.
///
/// Producers fill the VINTFs in contiguous blocks, as even as can be, the larger ones first. CPU
/// numbers are local to a VINTF, as a guest sees them.
package struct VINTFAssignment: Sendable {
    package let producers: Int
    package let vintfs: Int

    /// Both 1 or more.
    package init(producers: Int, vintfs: Int) {
        precondition(producers >= 1 && vintfs >= 1)
        self.producers = producers
        self.vintfs = vintfs
    }

    package func place(of producer: Int) -> (vintf: Int, cpu: Int) {
        let (small, larger) = producers.quotientAndRemainder(dividingBy: vintfs)
        let inLarger = larger * (small + 1)
        if producer < inLarger {
            return (producer / (small + 1), producer % (small + 1))
        }
        return (larger + (producer - inLarger) / small, (producer - inLarger) % small)
    }

    /// The queue that a CPU uses: its number modulo the VINTF's queues; counted over all VINTFs.
    package func queue(of producer: Int, queuesPerVINTF: Int) -> Int {
        let place = place(of: producer)
        return place.vintf * queuesPerVINTF + place.cpu % queuesPerVINTF
    }
}
