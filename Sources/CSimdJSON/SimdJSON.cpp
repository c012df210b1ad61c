#include "CSimdJSON.h"

#include <cstdlib>
#include <cstring>
#include <new>
#include <string_view>

#include <simdjson.h>

using simdjson::dom::document;
using simdjson::internal::tape_type;

// A `sj_value` of an array or object, and a cursor, are a document and a position on its tape, which is walked here and
// not through simdjson's elements: those look their type up again at every step. The tape is described in simdjson's
// doc/tape.md: words with a type in the first byte, and a position or an offset in the other seven.
struct sj_parser {
    simdjson::dom::parser parser;
    uint8_t *buffer = nullptr;
    size_t room = 0;
    size_t maximum_bytes;
    size_t maximum_depth;

    sj_parser(size_t bytes, size_t depth) : parser(bytes), maximum_bytes(bytes), maximum_depth(depth) {}
    ~sj_parser() { std::free(buffer); }

    // simdjson reads up to SIMDJSON_PADDING bytes past the end, so a document lives in a buffer with that much more.
    // Its own buffers grow in the same steps: left alone they would be made anew for every slightly longer document.
    sj_error reserve(size_t count) {
        if (buffer && count <= room) return SJ_OK;
        size_t wanted = room < 4096 ? 4096 : room * 2;
        if (wanted < count) wanted = count;
        if (wanted > maximum_bytes) wanted = maximum_bytes;
        auto *grown = static_cast<uint8_t *>(std::realloc(buffer, wanted + simdjson::SIMDJSON_PADDING));
        if (!grown) return SJ_OUT_OF_MEMORY;
        buffer = grown;
        room = 0;
        std::memset(grown, 0, wanted + simdjson::SIMDJSON_PADDING);
        size_t capacity = wanted < simdjson::dom::MINIMAL_DOCUMENT_CAPACITY
            ? simdjson::dom::MINIMAL_DOCUMENT_CAPACITY : wanted;
        if (parser.allocate(capacity, maximum_depth) || parser.doc.allocate(capacity)) return SJ_OUT_OF_MEMORY;
        room = wanted;
        return SJ_OK;
    }
};

struct sj_keys {
    struct name {
        char *bytes;
        size_t length;
    };
    size_t count = 0;
    // Most venue fields have one letter: a table answers those without a comparison. 0xFF is "not wanted".
    uint8_t single[256];
    name names[SJ_MAXIMUM_KEYS];
    size_t long_count = 0;
    // The slots of names with more letters than one, which are compared.
    uint8_t longs[SJ_MAXIMUM_KEYS];

    sj_keys() { std::memset(single, 0xFF, sizeof(single)); }
    ~sj_keys() {
        for (size_t index = 0; index < count; index++) std::free(names[index].bytes);
    }

    int slot(std::string_view key) const {
        if (key.size() == 1) {
            uint8_t found = single[static_cast<uint8_t>(key[0])];
            return found == 0xFF ? -1 : found;
        }
        for (size_t place = 0; place < long_count; place++) {
            const name &wanted = names[longs[place]];
            if (wanted.length == key.size() && std::memcmp(wanted.bytes, key.data(), key.size()) == 0) {
                return longs[place];
            }
        }
        return -1;
    }
};

namespace {

sj_error code(simdjson::error_code error) {
    switch (error) {
    case simdjson::SUCCESS: return SJ_OK;
    case simdjson::CAPACITY: return SJ_TOO_LARGE;
    case simdjson::DEPTH_ERROR: return SJ_TOO_DEEP;
    case simdjson::MEMALLOC: return SJ_OUT_OF_MEMORY;
    default: return SJ_MALFORMED;
    }
}

inline tape_type type_at(const document *doc, size_t place) {
    return static_cast<tape_type>(doc->tape[place] >> 56);
}

inline size_t payload_at(const document *doc, size_t place) {
    return static_cast<size_t>(doc->tape[place] & simdjson::internal::JSON_VALUE_MASK);
}

// Of an array or object: the place behind its end.
inline size_t behind(const document *doc, size_t place) {
    return static_cast<uint32_t>(payload_at(doc, place));
}

// The text of a string or of a key; a length of four bytes stands before it.
inline std::string_view text_at(const document *doc, size_t place) {
    const uint8_t *bytes = doc->string_buf.get() + payload_at(doc, place);
    uint32_t length;
    std::memcpy(&length, bytes, sizeof(length));
    return {reinterpret_cast<const char *>(bytes + sizeof(length)), length};
}

// The place behind the value there.
inline size_t next(const document *doc, size_t place) {
    switch (type_at(doc, place)) {
    case tape_type::START_ARRAY:
    case tape_type::START_OBJECT: return behind(doc, place);
    case tape_type::INT64:
    case tape_type::UINT64:
    case tape_type::DOUBLE: return place + 2;
    default: return place + 1;
    }
}

// Takes the value there, and returns the place behind it.
inline size_t take(sj_value &slot, const document *doc, size_t place) {
    switch (type_at(doc, place)) {
    case tape_type::STRING: {
        auto text = text_at(doc, place);
        slot = {text.data(), text.size(), SJ_STRING};
        return place + 1;
    }
    case tape_type::INT64: slot = {nullptr, doc->tape[place + 1], SJ_INTEGER}; return place + 2;
    case tape_type::UINT64: slot = {nullptr, doc->tape[place + 1], SJ_UNSIGNED}; return place + 2;
    case tape_type::DOUBLE: slot = {nullptr, doc->tape[place + 1], SJ_DOUBLE}; return place + 2;
    case tape_type::TRUE_VALUE: slot = {nullptr, 1, SJ_BOOL}; return place + 1;
    case tape_type::FALSE_VALUE: slot = {nullptr, 0, SJ_BOOL}; return place + 1;
    case tape_type::START_ARRAY: slot = {doc, place, SJ_ARRAY}; return behind(doc, place);
    case tape_type::START_OBJECT: slot = {doc, place, SJ_OBJECT}; return behind(doc, place);
    default: slot = {nullptr, 0, SJ_NULL}; return place + 1;
    }
}

inline const document *document_of(const sj_value *value) { return static_cast<const document *>(value->pointer); }

}  // namespace

sj_parser *sj_parser_create(size_t maximum_bytes, size_t maximum_depth) {
    // simdjson itself addresses at most 4 GiB.
    if (maximum_bytes > simdjson::SIMDJSON_MAXSIZE_BYTES || maximum_depth == 0) return nullptr;
    return new (std::nothrow) sj_parser(maximum_bytes, maximum_depth);
}

void sj_parser_destroy(sj_parser *parser) { delete parser; }

sj_error sj_parse(sj_parser *parser, const void *bytes, size_t count, sj_value *root) {
    *root = sj_value{nullptr, 0, SJ_ABSENT};
    if (count > parser->maximum_bytes) return SJ_TOO_LARGE;
    if (auto error = parser->reserve(count)) return error;
    if (count > 0) std::memcpy(parser->buffer, bytes, count);
    auto error = parser->parser.parse(parser->buffer, count, false).error();
    if (error) return code(error);
    // The first word is the root.
    take(*root, &parser->parser.doc, 1);
    return SJ_OK;
}

sj_keys *sj_keys_create(const char *const *names, size_t count) {
    if (count > SJ_MAXIMUM_KEYS) return nullptr;
    auto *keys = new (std::nothrow) sj_keys();
    if (!keys) return nullptr;
    for (size_t index = 0; index < count; index++) {
        size_t length = std::strlen(names[index]);
        auto *copy = static_cast<char *>(std::malloc(length + 1));
        if (!copy) {
            delete keys;
            return nullptr;
        }
        std::memcpy(copy, names[index], length + 1);
        keys->names[index] = {copy, length};
        keys->count = index + 1;
        if (length == 1) {
            keys->single[static_cast<uint8_t>(copy[0])] = static_cast<uint8_t>(index);
        } else {
            keys->longs[keys->long_count++] = static_cast<uint8_t>(index);
        }
    }
    return keys;
}

void sj_keys_destroy(sj_keys *keys) { delete keys; }

void sj_fields(const sj_value *value, const sj_keys *keys, sj_value *slots) {
    for (size_t index = 0; index < keys->count; index++) slots[index].type = SJ_ABSENT;
    if (value->type != SJ_OBJECT) return;
    const document *doc = document_of(value);
    const size_t end = behind(doc, value->bits) - 1;
    size_t place = value->bits + 1;
    while (place < end) {
        int slot = keys->slot(text_at(doc, place));
        place++;
        place = slot >= 0 && slots[slot].type == SJ_ABSENT ? take(slots[slot], doc, place) : next(doc, place);
    }
}

size_t sj_elements(const sj_value *value, sj_value *slots, size_t capacity) {
    sj_cursor cursor = sj_array_start(value);
    size_t filled = 0;
    while (filled < capacity && sj_array_next(&cursor, &slots[filled])) filled++;
    return filled;
}

size_t sj_count(const sj_value *value) {
    if (value->type != SJ_ARRAY) return 0;
    return (payload_at(document_of(value), value->bits) >> 32) & simdjson::internal::JSON_COUNT_MASK;
}

sj_cursor sj_array_start(const sj_value *value) {
    if (value->type != SJ_ARRAY) return {nullptr, 0, 0};
    return {value->pointer, value->bits + 1, behind(document_of(value), value->bits) - 1};
}

bool sj_array_next(sj_cursor *cursor, sj_value *value) {
    if (cursor->position >= cursor->end) return false;
    cursor->position = take(*value, static_cast<const document *>(cursor->document), cursor->position);
    return true;
}

size_t sj_rows(sj_cursor *cursor, size_t columns, sj_value *slots, size_t rows) {
    auto doc = static_cast<const document *>(cursor->document);
    for (size_t row = 0; row < rows; row++) {
        if (cursor->position >= cursor->end || type_at(doc, cursor->position) != tape_type::START_ARRAY) return row;
        const size_t after = behind(doc, cursor->position);
        size_t place = cursor->position + 1;
        for (size_t column = 0; column < columns; column++) {
            if (place >= after - 1) return row;
            place = take(*slots++, doc, place);
        }
        cursor->position = after;
    }
    return rows;
}
