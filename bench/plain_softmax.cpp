// The yardstick of `./dev bench softmax`: row softmax as a plain loop, one
// thread, -O2.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

static void softmax(const float *in, float *out, size_t rows, size_t columns) {
  for (size_t row = 0; row < rows; ++row, in += columns, out += columns) {
    float largest = -INFINITY, sum = 0;
    for (size_t i = 0; i < columns; ++i)
      largest = std::max(largest, in[i]);
    for (size_t i = 0; i < columns; ++i)
      sum += out[i] = std::exp(in[i] - largest);
    for (size_t i = 0; i < columns; ++i)
      out[i] /= sum;
  }
}

/// Prints the median time in microseconds: `plain_softmax ROWS COLUMNS REPEAT`.
int main(int argc, char **argv) {
  if (argc != 4)
    return 2;
  size_t rows = std::atoi(argv[1]), columns = std::atoi(argv[2]);
  std::vector<float> in(rows * columns), out(rows * columns);
  for (size_t i = 0; i < in.size(); ++i)
    in[i] = std::sin(float(i));
  std::vector<double> times(std::atoi(argv[3]));
  for (double &time : times) {
    auto start = std::chrono::steady_clock::now();
    softmax(in.data(), out.data(), rows, columns);
    time = std::chrono::duration<double, std::micro>(
               std::chrono::steady_clock::now() - start)
               .count();
  }
  std::sort(times.begin(), times.end());
  // The sum keeps the compiler from dropping the work.
  double total = 0;
  for (float value : out)
    total += value;
  std::printf("%.1f %.3f\n", times[times.size() / 2], total);
}
