// Student's t distribution for Swift, on Boost.Math's public interface.
#ifndef CSTATISTICS_H
#define CSTATISTICS_H

#ifdef __cplusplus
extern "C" {
#endif

// P(T <= t) with so many degrees of freedom, 1 or more. `t` may be infinite; NaN where it is NaN.
double cstatistics_t_cdf(double t, double degrees_of_freedom);

// The t with P(T <= t) = `probability`, which lies in 0...1; 0 and 1 give the infinities.
double cstatistics_t_quantile(double probability, double degrees_of_freedom);

#ifdef __cplusplus
}
#endif

#endif
