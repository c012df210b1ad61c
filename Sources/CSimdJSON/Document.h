#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "CSimdJSON.h"

/// The values of one document after another, in the same memory.
class Document {
public:
    Document() = default;
    Document(const Document &) = delete;
    Document &operator=(const Document &) = delete;
    ~Document() { std::free(values); }

    /// The first value; whoever fills the document alone writes from here on.
    sj_value *root() { return values; }

    /// Forgets what was there and makes room for so many; false without memory.
    bool clear(size_t room) {
        count = 0;
        inner = 0;
        if (room <= capacity) return true;
        size_t wanted = room < 2 * capacity ? 2 * capacity : room;
        std::free(values);
        values = static_cast<sj_value *>(std::malloc(wanted * sizeof(sj_value)));
        capacity = values ? wanted : 0;
        return values != nullptr;
    }

    void add(sj_type type, uint64_t bits = 0, const uint8_t *text = nullptr) {
        values[count++] = {text, bits, type, 0};
    }

    /// Adds an array or object; what is added until `close` is inside it.
    void open(sj_type type) {
        add(type, inner);
        inner = count;
    }

    void close() {
        sj_value &closed = innermost();
        const size_t start = inner;
        inner = closed.bits;
        closed.bits = count - start;
    }

    bool is_open() const { return inner > 0; }

    /// The last that was opened and not closed.
    sj_value &innermost() { return values[inner - 1]; }

private:
    sj_value *values = nullptr;
    size_t count = 0;
    size_t capacity = 0;
    /// One more than the place of the innermost open value, which holds that of the one around it in its `bits`.
    size_t inner = 0;
};

/// The short way from the places where the tokens of a document begin, which simdjson's first pass has found, to its
/// values. That pass has checked the UTF-8, and that every string ends and holds no control character.
///
/// It takes what venues nearly always send: no backslash, whole numbers of at most 18 digits, decimal ones of at most 15.
/// False for anything else, wrong or not, of which simdjson's second pass judges.
///
/// The byte behind the text is 0, and there is one place more than `count`, which is of that byte. The document has room
/// for `count` values.
bool fill(Document &document, const uint8_t *text, const uint32_t *places, size_t count, size_t maximum_depth);
