// #embed (C23, which clang takes in any C) puts the files into the object and makes them dependencies of it: a build notices when one
// of them changes. 1.6 MB of Swift literals takes the compiler minutes.
#pragma clang diagnostic ignored "-Wc23-extensions"

#include "CAttackData.h"

// A file may be empty while the index is made for the first time, so each array has one more byte, which is not counted.
static const unsigned char attack_index[] = {
#embed "attack.index" suffix(, )
    0};

static const unsigned char notice[] = {
#embed "NOTICE.txt" suffix(, )
    0};

static const unsigned char knowledge[] = {
#embed "knowledge/cloud-and-network.txt" suffix(, )
#embed "knowledge/credentials.txt" suffix(, )
#embed "knowledge/discovery-movement-exfiltration.txt" suffix(, )
#embed "knowledge/execution-and-impact.txt" suffix(, )
#embed "knowledge/linux-and-macos.txt" suffix(, )
#embed "knowledge/persistence-and-evasion.txt" suffix(, )
#embed "knowledge/windows-events-and-tools.txt" suffix(, )
#embed "knowledge/windows-programs.txt" suffix(, )
    0};

struct bailey_embedded bailey_attack_index(void) {
    return (struct bailey_embedded){attack_index, sizeof attack_index - 1};
}

struct bailey_embedded bailey_attack_notice(void) {
    return (struct bailey_embedded){notice, sizeof notice - 1};
}

struct bailey_embedded bailey_attack_knowledge(void) {
    return (struct bailey_embedded){knowledge, sizeof knowledge - 1};
}
