// What ships about ATT&CK, as bytes in the program: the index that scripts/update-attack-index makes, MITRE's notice, and the tables
// of detection knowledge that an import is built with too.
#ifndef BAILEY_ATTACK_DATA_H
#define BAILEY_ATTACK_DATA_H

#include <stddef.h>

struct bailey_embedded {
    const unsigned char *bytes;
    size_t count;
};

struct bailey_embedded bailey_attack_index(void);
struct bailey_embedded bailey_attack_notice(void);
// The tables one after the other, in alphabetical order of their files.
struct bailey_embedded bailey_attack_knowledge(void);

#endif
