# What R's package surveillance says about its own data, and about an invented series, to hold the detectors beside:
#   Rscript tests/bench/signals.R OUT && python -m tests.bench.against_surveillance OUT
# Debian and Ubuntu: apt-get install --no-install-recommends r-cran-surveillance
suppressMessages(library(surveillance))
out <- commandArgs(trailingOnly = TRUE)[1]
dir.create(out, showWarnings = FALSE)

weekly <- list()
for (name in c("salmonella.agona", "shadar", "k1", "n1", "m1")) {
    data(list = name)
    weekly[[name]] <- as.vector(get(name)$observed)
}
weekly[["invented"]] <- read.csv("tests/data/invented_weeks.csv")$count
for (name in names(weekly)) {
    counts <- weekly[[name]]
    series <- sts(counts, start = c(1990, 1), frequency = 52)
    write.csv(data.frame(count = counts), file.path(out, paste0(name, ".csv")), row.names = FALSE)
    for (method in c("C1", "C2")) {
        found <- earsC(series, control = list(method = method, baseline = 7, minSigma = 0.5, alpha = 0.001))
        from <- length(counts) - nrow(found) + 1
        write.csv(data.frame(week = from:length(counts), bound = upperbound(found)[, 1]),
            file.path(out, paste0(name, "-", method, ".csv")), row.names = FALSE)
    }
    found <- bayes(series, control = list(range = 60:length(counts), b = 0, w = 52, actY = TRUE, alpha = 0.01))
    write.csv(data.frame(week = 60:length(counts), bound = upperbound(found)[, 1]),
        file.path(out, paste0(name, "-bayes.csv")), row.names = FALSE)
    if (length(counts) < 3 * 52 + 10) next
    range <- (3 * 52 + 4):length(counts)
    for (method in c("nbPlugin", "delta")) for (trend in c(1, 0.05)) for (periods in c(10, 1)) {
        left <- if (periods == 10) 26 else 3
        found <- tryCatch(suppressWarnings(farringtonFlexible(series, control = list(range = range, b = 3, w = 3,
            noPeriods = periods, pastWeeksNotIncluded = left, weightsThreshold = 2.58, pThresholdTrend = trend,
            alpha = 0.005, limit54 = c(0, 4), thresholdMethod = method, glmWarnings = FALSE))), error = function(e) { message(name, method, trend, periods, e); NULL })
        if (is.null(found)) next
        write.csv(data.frame(week = range, bound = upperbound(found)[, 1], alarm = alarms(found)[, 1],
            mean = found@control$mu0Vector, phi = found@control$phiVector, expected = found@control$expected, trend = found@control$trend),
            file.path(out, paste0(name, "-", method, "-", trend, "-", periods, ".csv")), row.names = FALSE)
    }
}
