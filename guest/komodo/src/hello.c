/* Greets, and prints its arguments and which enclave of the run it is. Exit value: the number of arguments. */
#include <komodo-start.h>

int main(int argc, char **argv)
{
  komodo_print("hello from enclave ");
  komodo_print_u32(komodo_index);
  komodo_print("\n");
  for (int i = 0; i < argc; i++) {
    komodo_print("argument: ");
    komodo_print(argv[i]);
    komodo_print("\n");
  }
  return argc;
}
