/* Five bodies in double precision, one symplectic step after another: multiply, add, divide, square root. */
#include "float-kernel.h"

#define BODIES 5
#define STEPS 4000

typedef struct {
  double position[3], velocity[3], mass;
} body_t;

static body_t bodies[BODIES];

static void prepare(void)
{
  uint64_t state = 1;
  for (int i = 0; i < BODIES; i++) {
    for (int axis = 0; axis < 3; axis++) {
      bodies[i].position[axis] = 20.0 * unit_double(next_random(&state)) - 10.0;
      bodies[i].velocity[axis] = unit_double(next_random(&state)) - 0.5;
    }
    bodies[i].mass = 0.5 + unit_double(next_random(&state));
  }
}

static void attract(body_t *a, body_t *b, double step)
{
  double distance[3];
  double square = 0.01; /* softened, so that no two bodies meet */
  for (int axis = 0; axis < 3; axis++) {
    distance[axis] = a->position[axis] - b->position[axis];
    square += distance[axis] * distance[axis];
  }
  double magnitude = step / (square * square_root(square));
  for (int axis = 0; axis < 3; axis++) {
    a->velocity[axis] -= distance[axis] * (b->mass * magnitude);
    b->velocity[axis] += distance[axis] * (a->mass * magnitude);
  }
}

static uint64_t pass(uint64_t checksum)
{
  for (int step = 0; step < STEPS; step++) {
    for (int i = 0; i < BODIES; i++)
      for (int j = i + 1; j < BODIES; j++) attract(&bodies[i], &bodies[j], 0.001);
    for (int i = 0; i < BODIES; i++)
      for (int axis = 0; axis < 3; axis++) bodies[i].position[axis] += 0.001 * bodies[i].velocity[axis];
  }
  for (int i = 0; i < BODIES; i++) checksum = fold(checksum, bits_of(bodies[i].position[0]));
  return checksum;
}

const kernel_t nbody_kernel = {"nbody", 25, prepare, pass};
