@testable import cmdqsim
@testable import Experiment
import Testing

@Suite struct DisturbanceFormTests {
    @Test func settings() throws {
        let full = try DisturbanceForm.parse("pause-before-publishing:for=1.5us,producer=3,first=100,every=2k")
        #expect(full.kind == .pauseBeforePublishing && full.nanoseconds == 1500 && full.producer == 3)
        #expect(full.first == 100 && full.every == 2000)
        #expect(try DisturbanceForm.parse("stall-device") == Disturbance(.stallDevice))
    }

    /// The text of a disturbance is read as the disturbance.
    @Test func everyKindComesBack() throws {
        for kind in Disturbance.Kind.allCases {
            var disturbance = Disturbance(kind)
            (disturbance.first, disturbance.every) = (7, 9)
            if kind.hasDuration { disturbance.nanoseconds = 12_345 }
            if !kind.isOfDevice { disturbance.producer = 2 }
            #expect(try DisturbanceForm.parse(disturbance.text) == disturbance)
        }
    }

    @Test(arguments: [
        ("sleep", "'sleep' is no disturbance; allowed are pause-before-publishing"),
        ("stall-device:", "'' is no setting of stall-device; allowed are for=..., first=..., every=..."),
        ("stall-device:producer=1", "'producer=1' is no setting of stall-device"),
        ("lost-msi:for=1ms", "'for=1ms' is no setting of lost-msi; allowed are first=..., every=..."),
        ("stall-device:for=1ms,for=2ms", "for is given twice"),
        ("stall-device:for=0ns", "out of range; allowed are whole nanoseconds"),
        ("stall-device:for=1ps", "out of range"),
        ("stall-device:for=61s", "out of range"),
        ("stall-device:for=soon", "'soon' is no virtual time"),
        ("stall-device:first=0", "out of range"),
        ("stall-device:first=1,2", "'2' is no setting"),
    ])
    func badForms(text: String, words: String) {
        let error = #expect(throws: FormError.self) { try DisturbanceForm.parse(text) }
        #expect(error?.description.contains(words) == true, "\(String(describing: error))")
    }
}
