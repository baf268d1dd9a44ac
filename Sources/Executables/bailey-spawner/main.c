#include <CLinux.h>

// The broker starts it (`bailey_start_spawner`), and puts the socket it listens on in this place.
int main(void) { bailey_run_spawner(3); }
