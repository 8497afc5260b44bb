/* eapp_print of the public SDKs: formats into the kbuffer, then SYS_WRITE. What does not fit is lost. See include/print.h. */
#include <eapp.h>
#include <print.h>
#include <stdarg.h>

#define TEXT_MAX 511

/* A sink that counts on when it is full. */
typedef struct {
  volatile char *text;
  size_t length;
} sink_t;

static void put(sink_t *sink, char c)
{
  if (sink->length < TEXT_MAX) sink->text[sink->length++] = c;
}

static void put_hex(sink_t *sink, unsigned long value, int digits)
{
  for (int i = digits - 1; i >= 0; i--) put(sink, "0123456789abcdef"[value >> (4 * i) & 15]);
}

static void put_decimal(sink_t *sink, long value)
{
  unsigned long rest = value < 0 ? 0 - (unsigned long)value : (unsigned long)value;
  char digits[20];
  int count = 0;
  do {
    digits[count++] = (char)('0' + rest % 10);
    rest /= 10;
  } while (rest != 0);
  if (value < 0) put(sink, '-');
  while (count > 0) put(sink, digits[--count]);
}

void eapp_print(const char *format, ...)
{
  sink_t sink = {.text = (volatile char *)ENCLAVE_DEFAULT_KBUFFER, .length = 0};
  va_list values;
  va_start(values, format);
  for (; *format != '\0'; format++) {
    if (*format != '%') {
      put(&sink, *format);
      continue;
    }
    int is_long = 0;
    format++;
    while (*format == 'l') {
      is_long = 1;
      format++;
    }
    switch (*format) {
    case 'd': put_decimal(&sink, is_long ? va_arg(values, long) : va_arg(values, int)); break;
    case 'x':
      if (is_long) put_hex(&sink, va_arg(values, unsigned long), 16);
      else put_hex(&sink, va_arg(values, unsigned), 8);
      break;
    case 'p':
      put(&sink, '0');
      put(&sink, 'x');
      put_hex(&sink, (unsigned long)va_arg(values, void *), 16);
      break;
    case 's':
      for (const char *text = va_arg(values, const char *); *text != '\0'; text++) put(&sink, *text);
      break;
    case 'c': put(&sink, (char)va_arg(values, int)); break;
    case '\0': format--; break;
    default: put(&sink, *format);
    }
  }
  va_end(values);
  sink.text[sink.length] = '\0';
  EAPP_OCALL(OCALL_SYS_WRITE);
}
