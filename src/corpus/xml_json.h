/* xml_json.h - an XML document as a JSON tree, so that mappings see one kind.
 *
 *     <QAPair pid="1"><Answer>x</Answer></QAPair>
 *
 * becomes a member "QAPair" of its parent: {"@pid":"1","Answer":{"#text":"x"}}.
 * Elements of one name that repeat are members of one name that repeat (walk
 * them with JSON_EACH and json_key_of). "#text" is all direct text, CDATA too,
 * absent when blank.
 *
 * Documents that declare entities are refused: nothing is expanded, nothing is
 * fetched. libxml2 does the parsing, without network and without DTDs.
 */
#ifndef CORPUS_XML_JSON_H
#define CORPUS_XML_JSON_H

#include "base/json.h"

/* A tree takes some 30 times the bytes of its text. */
#define XML_BYTES_MAX ((size_t)4 << 20)

/* {"Document": {...}}; the caller frees with json_free. */
MUST_USE json *xml_to_json(str document, struct err *err);

#endif
