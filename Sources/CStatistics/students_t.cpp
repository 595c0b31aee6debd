#include "CStatistics.h"

#include <cmath>
#include <limits>

#include <boost/math/distributions/students_t.hpp>

namespace {

// Errors come back as values: an exception must not reach Swift.
using policy = boost::math::policies::policy<
    boost::math::policies::domain_error<boost::math::policies::ignore_error>,
    boost::math::policies::pole_error<boost::math::policies::ignore_error>,
    boost::math::policies::overflow_error<boost::math::policies::ignore_error>,
    boost::math::policies::evaluation_error<boost::math::policies::ignore_error>>;
using distribution = boost::math::students_t_distribution<double, policy>;

}  // namespace

extern "C" double cstatistics_t_cdf(double t, double degrees_of_freedom) {
    if (std::isnan(t)) return t;
    if (std::isinf(t)) return t > 0 ? 1 : 0;
    return boost::math::cdf(distribution(degrees_of_freedom), t);
}

extern "C" double cstatistics_t_quantile(double probability, double degrees_of_freedom) {
    if (probability <= 0) return -std::numeric_limits<double>::infinity();
    if (probability >= 1) return std::numeric_limits<double>::infinity();
    return boost::math::quantile(distribution(degrees_of_freedom), probability);
}
