/// A fixed number of plain values that are read and written without a check at each access.
///
/// An `Array` asks at every write whether it has its storage alone, a call that costs more than an indicator's whole
/// arithmetic. Here that is asked once, by `detach()`, before a run of writes. Indexes are not checked either: each
/// window keeps its own below `count`.
struct Slots<Element: BitwiseCopyable & Sendable>: @unchecked Sendable {  // written only after detach() unshared it
    private var storage: SlotStorage<Element>
    private var base: UnsafeMutablePointer<Element>

    var count: Int { storage.count }

    init(repeating element: Element, count: Int) {
        storage = SlotStorage(count: count)
        base = storage.base
        base.initialize(repeating: element, count: count)
    }

    /// Makes the storage this value's own; required before writing, after any copy was made.
    @inline(__always)
    mutating func detach() {
        if isKnownUniquelyReferenced(&storage) { return }
        copyStorage()
    }

    private mutating func copyStorage() {
        let copy = SlotStorage<Element>(count: storage.count)
        copy.base.initialize(from: base, count: storage.count)
        storage = copy
        base = copy.base
    }

    @inline(__always)
    subscript(index: Int) -> Element {
        get { base[index] }
        nonmutating set { base[index] = newValue }
    }
}

private final class SlotStorage<Element: BitwiseCopyable> {
    let base: UnsafeMutablePointer<Element>
    let count: Int

    init(count: Int) {
        self.count = count
        base = .allocate(capacity: count)
    }

    deinit { base.deallocate() }
}
