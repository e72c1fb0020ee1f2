# Percentile spectrum of single rounds, pingpong, cross, process: transfer
# Drawn from spectrum-pingpong-cross-process-transfer.dat; "gnuplot spectrum-pingpong-cross-process-transfer.gp" in this folder draws it again.
reset session
set encoding utf8
do for [terminal in "pdf svg"] {
	reset
	set minussign
	if (terminal eq "pdf") {
		set terminal pdfcairo size 6.90in,2.45in \
			font 'Liberation Sans,8' noenhanced linewidth 0.8 \
			fontscale 0.75 dashlength 0.6
	} else {
		set terminal svg size 497,176 dynamic name 'spectrum_pingpong_cross_process_transfer' \
			font 'Liberation Sans,8' noenhanced linewidth 0.6 \
			dashlength 0.6
	}
	set output 'spectrum-pingpong-cross-process-transfer.'.terminal
	set border 3 linecolor '#333333' linewidth 1
	set tics nomirror out scale 0.5
	set grid linecolor '#d9d9d9' linewidth 0.6 linetype 1
	set pointsize 0.55
	# SVG has taller lines; what does not fit would be left out.
	set key Left reverse samplen 1.6 font ',7' \
		spacing (terminal eq "svg" ? 0.85 : 1.05)
	set multiplot layout 1,3 margins screen 0.099,0.848,0.212,0.910 spacing screen 0.017,0.245
	set logscale xy
	set xrange [1:1743.38]
	set yrange [12378.2:7.70081e+06]
	set xtics ('' 1, '50' 2, '90' 10, '99' 100, '99.9' 1000)
	set key at screen 0.855,0.97 left top maxrows 1
	set label 1 '64 B' at graph 0.5,1.04 center font ',8'
	set ytics ('100 µs' 100000, '1 ms' 1000000)
	set xlabel 'percentile' offset 0,0.4
	set ylabel 'round trip' offset 0.5,0
	plot 'spectrum-pingpong-cross-process-transfer.dat' index 0 using 1:2 with lines linecolor rgb '#000000' dashtype 2 linewidth 1.6 notitle, \
		keyentry with lines linecolor rgb '#000000' dashtype 2 linewidth 1.6 title 'pageswap spin'
	unset key
	set label 1 '4 KiB' at graph 0.5,1.04 center font ',8'
	set ytics ('' 100000, '' 1000000)
	set xlabel 'percentile' offset 0,0.4
	unset ylabel
	plot 'spectrum-pingpong-cross-process-transfer.dat' index 1 using 1:2 with lines linecolor rgb '#000000' dashtype 2 linewidth 1.6 notitle

	set label 1 '64 KiB' at graph 0.5,1.04 center font ',8'
	set ytics ('' 100000, '' 1000000)
	set xlabel 'percentile' offset 0,0.4
	unset ylabel
	plot 'spectrum-pingpong-cross-process-transfer.dat' index 2 using 1:2 with lines linecolor rgb '#000000' dashtype 2 linewidth 1.6 notitle

	unset multiplot
	unset output
}
