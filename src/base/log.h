/* log.h - lines for people on standard error. Used by cmd and progress only:
 * lower rooms return errors instead. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/err.h"

enum log_level { LOG_QUIET, LOG_NORMAL, LOG_VERBOSE };

void log_set_level(enum log_level level); /* by main, before threads */
enum log_level log_level(void);
void log_error(const char *format, ...) PRINTF_LIKE(1, 2); /* always shown */
void log_warn(const char *format, ...) PRINTF_LIKE(1, 2);  /* always shown */
void log_info(const char *format, ...) PRINTF_LIKE(1, 2);
void log_detail(const char *format, ...) PRINTF_LIKE(1, 2); /* with -v */

#endif
