#include "CSimdJSON.h"

#include <cstdlib>
#include <cstring>
#include <new>
#include <string_view>
#include <type_traits>

#include <simdjson.h>

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

// A `sj_value` of an array or object, and a cursor, keep simdjson's own two words (document, position on its tape).
static_assert(std::is_trivially_copyable_v<element> && sizeof(element) == 16);
static_assert(std::is_trivially_copyable_v<array::iterator> && sizeof(array::iterator) == 16);
static_assert(offsetof(sj_value, bits) == 8 && offsetof(sj_cursor, position) == 8);

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

void fill(sj_value &slot, const element &value) {
    slot.pointer = nullptr;
    slot.bits = 0;
    switch (value.type()) {
    case simdjson::dom::element_type::STRING: {
        std::string_view text;
        if (value.get(text)) break;
        slot.pointer = text.data();
        slot.bits = text.size();
        slot.type = SJ_STRING;
        return;
    }
    case simdjson::dom::element_type::INT64: {
        int64_t number;
        if (value.get(number)) break;
        slot.bits = static_cast<uint64_t>(number);
        slot.type = SJ_INTEGER;
        return;
    }
    case simdjson::dom::element_type::UINT64: {
        uint64_t number;
        if (value.get(number)) break;
        slot.bits = number;
        slot.type = SJ_UNSIGNED;
        return;
    }
    case simdjson::dom::element_type::DOUBLE: {
        double number;
        if (value.get(number)) break;
        std::memcpy(&slot.bits, &number, sizeof(number));
        slot.type = SJ_DOUBLE;
        return;
    }
    case simdjson::dom::element_type::BOOL: {
        bool flag;
        if (value.get(flag)) break;
        slot.bits = flag;
        slot.type = SJ_BOOL;
        return;
    }
    case simdjson::dom::element_type::ARRAY:
        std::memcpy(static_cast<void *>(&slot), &value, sizeof(element));
        slot.type = SJ_ARRAY;
        return;
    case simdjson::dom::element_type::OBJECT:
        std::memcpy(static_cast<void *>(&slot), &value, sizeof(element));
        slot.type = SJ_OBJECT;
        return;
    case simdjson::dom::element_type::NULL_VALUE: break;
    }
    slot.type = SJ_NULL;
}

element stored(const sj_value *value) {
    element restored;
    std::memcpy(static_cast<void *>(&restored), value, sizeof(element));
    return restored;
}

bool open(const sj_value *value, array &result) {
    return value->type == SJ_ARRAY && stored(value).get(result) == simdjson::SUCCESS;
}

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
    element document;
    auto error = parser->parser.parse(parser->buffer, count, false).get(document);
    if (error) return code(error);
    fill(*root, document);
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
    object fields;
    if (stored(value).get(fields)) return;
    for (auto field : fields) {
        int slot = keys->slot(field.key);
        if (slot >= 0 && slots[slot].type == SJ_ABSENT) fill(slots[slot], field.value);
    }
}

size_t sj_elements(const sj_value *value, sj_value *slots, size_t capacity) {
    sj_cursor cursor = sj_array_start(value);
    size_t filled = 0;
    while (filled < capacity && sj_array_next(&cursor, &slots[filled])) filled++;
    return filled;
}

sj_cursor sj_array_start(const sj_value *value) {
    sj_cursor cursor = {nullptr, 0, 0};
    array elements;
    if (!open(value, elements)) return cursor;
    auto begin = elements.begin();
    auto end = elements.end();
    std::memcpy(static_cast<void *>(&cursor), &begin, sizeof(begin));
    sj_cursor last = {nullptr, 0, 0};
    std::memcpy(static_cast<void *>(&last), &end, sizeof(end));
    cursor.end = last.position;
    return cursor;
}

bool sj_array_next(sj_cursor *cursor, sj_value *value) {
    if (!cursor->document || cursor->position >= cursor->end) return false;
    array::iterator place;
    std::memcpy(static_cast<void *>(&place), cursor, sizeof(place));
    fill(*value, *place);
    ++place;
    std::memcpy(static_cast<void *>(cursor), &place, sizeof(place));
    return true;
}
